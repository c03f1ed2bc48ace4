import{$ as I,$a as v,A as De,Aa as qt,Ab as D,B as ee,Ba as He,Bb as V,C as xe,Ca as ze,Cb as rn,D as re,Da as O,Db as Z,E as Ne,Ea as Ae,Eb as on,F as rt,Fa as de,
G as _t,Ga as Ge,Gb as ln,H as w,Ha as z,Hb as Ye,I as $e,Ia as jt,J as te,Ja as ot,K as Nt,Ka as Se,L as $,La as lt,Ma as Ke,N as q,Na as Ft,O as B,Oa as Ue,Pa as Ht,
Q as x,Qa as zt,R as it,Ra as d,Sa as Gt,T as Rt,Ta as oe,U as At,Ua as pe,V as g,Va as Kt,W as M,Wa as ne,X as Bt,Xa as U,Ya as T,Z as It,Za as Ee,_ as Ot,_a as Be,
a as f,aa as We,ab as S,bb as L,ca as N,cb as J,d as k,db as E,e as X,ea as Lt,eb as W,f as Oe,fb as K,g as G,ga as C,gb as Je,h as _e,ha as qe,ib as Qe,j as Pt,
jb as Ut,ka as R,kb as Jt,l as ye,la as Ce,lb as Qt,m as Mt,mb as Yt,n as ae,nb as Vt,ob as Zt,p as Le,pb as Xt,q as Tt,qa as je,qb as en,r as A,ra as ie,rb as tn,
s as j,sa as Dt,sb as ct,t as ke,ta as Fe,ua as Re,ub as nn,vb as sn,wa as t,wb as Q,xa as b,xb as he,y as _,ya as Wt,yb as an,z as we,za as P,zb as Y}from"./chunk.js";function as(){R("Backend");let e=It.value,n=ae.value,s=o=>(e?.namespaces??[]).reduce((c,l)=>c+o(l),0),a=s(o=>Object.values(o.counts).reduce((c,l)=>c+l[0],0)),r=e?.
handlers.lost??0,i=e?.handlers.waiting??0;return t("div",{class:"page",children:[t("header",{class:"headline",children:[t("h1",{children:"Backend"}),t("p",{class:"\
muted",children:"How this picket itself is."})]}),t("div",{class:"columns even",children:[t(S,{title:"State",children:t(L,{list:[["Version",n.version],["Machine",
n.host],["Address",location.host],["Connection",Ce.value],["Store",e&&(e.store.degraded?t("span",{class:"s-critical",children:[t(b,{name:"critical"})," degraded\
: ",t(d,{text:e.store.why})]}):t("span",{class:"s-ok",children:[t(b,{name:"ok"})," keeps every change"]}))],["Handlers",e&&(r?t("span",{class:"s-critical",children:[
t(b,{name:"critical"})," ",E(r,"event")," told to nobody, ",W(i)," waiting"]}):i?`${E(i,"event")} waiting for their handlers`:t("span",{class:"s-ok",children:[t(
b,{name:"ok"})," nothing waits"]}))],["Events",W(a)],["Agents connected",W(s(o=>o.connected))],["Entities",W(s(o=>o.entities))],["Silences",W(s(o=>o.silences))]]})}),
t(S,{title:"You",side:!n.guest&&t(v,{kind:"quiet",onClick:()=>{Re.value=!0},children:"Change password"}),children:[t(L,{list:[["User",n.guest?"a guest: you see,\
 and cannot act":n.username],["Groups",n.groups.join(", ")],["Session until",n.expires_at?t(oe,{t:n.expires_at}):""]]}),n.default_password&&t("p",{class:"notice\
 bad",children:[t(b,{name:"warning"}),"This account has the default password, which everybody knows. ",t(v,{onClick:()=>{Re.value=!0},children:"Change it"})]})]})]}),
t(S,{title:"Namespaces",children:t("table",{class:"values",children:[t("thead",{children:t("tr",{children:[t("th",{children:"Name"}),t("th",{children:"Critical"}),
t("th",{children:"Warning"}),t("th",{children:"Unknown"}),t("th",{children:"OK"}),t("th",{children:"Entities"}),t("th",{children:"Silences"})]})}),t("tbody",{children:(e?.
namespaces??[]).map(o=>t("tr",{children:[t("td",{children:t("a",{href:w({ns:o.name,page:"problems"}),children:t(d,{text:o.name})})}),[2,1,3,0].map(c=>t("td",{children:W(
o.counts[c]?.[0]??0)})),t("td",{children:W(o.entities)}),t("td",{children:W(o.silences)})]}))})]})})]})}function rs(){let[e,n]=k(""),[s,a]=k(""),[r,i]=k("");if(!Re.
value)return null;let o=()=>{Re.value=!1,n(""),a(""),i("")},c=ae.value?.username??"",l=async u=>{u.preventDefault();try{await ke("PUT",`/api/core/v2/users/${Tt(
c)}/change_password`,{password:e,password_new:s}),o(),N("The password is changed"),ae.value&&(ae.value={...ae.value,default_password:!1})}catch(m){i(m.message)}};
return t(K,{title:"Change password",onClose:o,children:t("form",{onSubmit:u=>{l(u)},children:[t("input",{class:"hidden",type:"text",autocomplete:"username",value:c,
readOnly:!0,tabIndex:-1,"aria-hidden":"true"}),t("label",{class:"field",children:[t("span",{children:"Present password"}),t("input",{"data-first":!0,type:"passw\
ord",autocomplete:"current-password",value:e,onInput:u=>n(u.currentTarget.value)})]}),t("label",{class:"field",children:[t("span",{children:"New password, 8 cha\
racters at least"}),t("input",{type:"password",autocomplete:"new-password",minLength:8,maxLength:72,value:s,onInput:u=>a(u.currentTarget.value)})]}),r&&t("p",{class:"\
bad",role:"alert",children:r}),t("footer",{children:[t(v,{onClick:o,children:"Cancel"}),t(v,{type:"submit",kind:"main",why:s.length<8&&"8 characters at least",children:"\
Change"})]})]})})}var is=/^[A-Za-z_./][\w./@ -]*$/,os=/^(true|false|null|yes|no|on|off|y|n|~|\.inf|\.nan)$/i;function cn(e){return typeof e!="string"?JSON.stringify(e??null):is.test(
e)&&!os.test(e)&&e.trimEnd()===e?e:JSON.stringify(e).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]/g,ls)}var ls=e=>`\\u${e.charCodeAt(
0).toString(16).padStart(4,"0")}`;function ut(e,n){return Array.isArray(e)?e.flatMap(s=>cs(s,n)):Object.entries(e).filter(([,s])=>s!=null).flatMap(([s,a])=>us(s,
a,n))}var un=e=>e===null||typeof e!="object"||Object.keys(e).length===0,mn=e=>Array.isArray(e)?"[]":e&&typeof e=="object"?"{}":cn(e);function cs(e,n){if(un(e))return[
`${n}- ${mn(e)}`];let[s="",...a]=ut(e,`${n}  `);return[`${n}- ${s.slice(n.length+2)}`,...a]}function us(e,n,s){let a=`${s}${cn(e)}:`;return un(n)?[`${a} ${mn(n)}`]:
[a,...ut(n,s+(Array.isArray(n)?"":"  "))]}function Ve(e,n){let{metadata:s,...a}=n;return`${ut({type:e,api_version:"core/v2",metadata:s??{},spec:a},"").join(`
`)}
`}var ms=200,Xe="[-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?",mt=new RegExp(`(?:'((?:[^']|'')+)'|([^\\s'=]+))=(?:(${Xe})([a-zA-Z%°µ/]*)|U)((?:;[^\\s;]*)*)(?=\\s\
|$)`,"y"),fn=new RegExp(`^@?(?:(?:~|${Xe})?:)?(?:${Xe})?$`),dn=e=>e&&new RegExp(`^${Xe}$`).test(e)?Number(e):void 0,pn=e=>e&&fn.test(e)?e:"";function hn(e){let n=[],
s=0;for(;;){for(;/\s/.test(e.charAt(s));)s++;if(s>=e.length)return n;mt.lastIndex=s;let a=mt.exec(e);if(!a)return null;if(s=mt.lastIndex,a[3]===void 0||n.length>=
ms)continue;let[,r,i,o,c]=(a[5]??"").split(";");n.push({label:a[1]?.replace(/''/g,"'")??a[2],value:Number(a[3]),unit:a[4]??"",warn:pn(r),crit:pn(i),min:dn(o),max:dn(
c)})}}function et(e){let[n="",...s]=e.split(`
`),[a,r=""]=dt(n),i=s.findIndex(m=>m.includes("|")),o=i<0?s:[...s.slice(0,i),dt(s[i])[0]],c=i<0?"":[dt(s[i])[1],...s.slice(i+1)].join(`
`),l=hn(r),u=hn(c);return l&&u?{text:[a,...o].join(`
`).trimEnd(),perf:[...l,...u]}:l&&l.length?{text:[a,...s].join(`
`).trimEnd(),perf:l}:{text:e,perf:[]}}function dt(e){let n=e.indexOf("|");return n<0?[e,""]:[e.slice(0,n),e.slice(n+1)]}function gn(e){if(!e||!fn.test(e))return null;
let n=e.startsWith("@"),[s,a]=e.replace("@","").split(":");return a===void 0?s===""?null:{from:0,to:Number(s),inside:n}:{from:s==="~"?-1/0:Number(s||0),to:a===""?
1/0:Number(a),inside:n}}function pt(e,n){let s=gn(n);return!!s&&(e>=s.from&&e<=s.to)===s.inside}var ht=e=>{let n=gn(e);return n?[n.from,n.to].filter((s,a)=>Number.
isFinite(s)&&!(a===0&&s===0)):[]},ds=Se({B:[1024,["B","KiB","MiB","GiB","TiB","PiB"]],b:[1e3,["b","kb","Mb","Gb","Tb"]]}),ps=Se({KB:["B",1024],MB:["B",1048576],
GB:["B",1073741824],TB:["B",1099511627776]}),Ze=e=>(Math.abs(e)>=100?e.toFixed(0):Math.abs(e)>=10?e.toFixed(1):e.toFixed(2)).replace(/\.0+$|(\.\d*?)0+$/,"$1");function Pe(e,n){
let[s,a]=ps[n]??[n,1],r=ds[s];if(s==="s"&&Math.abs(e)<1&&e!==0)return Math.abs(e)<.001?`${Ze(e*1e6)} µs`:`${Ze(e*1e3)} ms`;if(!r)return Ze(e)+(s&&s!=="c"?` ${s}`:
"");let i=e*a,o=0;for(;Math.abs(i)>=r[0]&&o<r[1].length-1;)i/=r[0],o++;return`${Ze(i)} ${r[1][o]}`}function bn(e,n,s){let a=(n-e)/Math.max(1,s),r=10**Math.floor(Math.log10(a)),i=[1,2,2.5,5,10].map(c=>c*r).find(c=>c>=a*.999)??a,o=[];if(!Number.isFinite(i)||i<=
0)return o;for(let c=Math.ceil(e/i-1e-9);c*i<=n+i*1e-9;c++)o.push(Number((c*i).toPrecision(12)));return o}var hs=[60,120,300,600,900,1800,3600,7200,10800,21600,
43200,86400];function vn(e,n,s,a){let r=hs.find(o=>(n-e)/o<=s)??86400,i=[];for(let o=Math.ceil((e+a)/r)*r-a;o<=n;o+=r)i.push(o);return i}function yn(e,n){if(!e.
length)return[0,1];let s=Math.min(...e.map(l=>l.least)),a=Math.max(...e.map(l=>l.largest)),r=n.filter(l=>l<=a*2&&l>=s/2),i=Math.min(s,...r),o=Math.max(a,...r);if(i>
0&&i<o/2&&(i=0),i===o){let l=Math.abs(i)/10||1;return[i-l,o+l]}let c=(o-i)*.06;return[i===0?0:i-c,o+c]}function kn(e){let n=[];for(let s of e){let a=n.at(-1);a&&
s.t-a.at(-1).t<=300?a.push(s):n.push([s])}return n}var ft=(e,n)=>`${e.toFixed(1)} ${n.toFixed(1)}`;function wn(e,n,s){return kn(e).map(a=>`M${a.map(r=>ft(n(r.t),
s(r.mean))).join("L")}${a.length===1?"h2":""}`).join("")}function xn(e,n,s){return kn(e).map(a=>`M${[...a.map(r=>ft(n(r.t),s(r.largest))),...[...a].reverse().map(
r=>ft(n(r.t),s(r.least)))].join("L")}Z`).join("")}function $n(e,n){let s=-1;for(let a=0;a<e.length;a++)(s<0||Math.abs(e[a].t-n)<Math.abs(e[s].t-n))&&(s=a);return s}var le=66,fs=22,fe=8,gs=10,bs=5,vs=e=>g.value==="utc"?0:-new Date(e*1e3).getTimezoneOffset()*60;function Cn(e){let n=Oe(null),s=Pt(0),[a,r]=k(null);X(()=>{let p=new ResizeObserver(
()=>{s.value=n.current?.clientWidth??0});return p.observe(n.current),()=>p.disconnect()},[]);let i=e.small?150:240,o=Math.max(1,s.value-le-gs),c=i-fe-fs,[l,u]=yn(
e.points,e.limits.map(p=>p.value)),m=p=>le+(p-e.from)/(e.to-e.from)*o,y=p=>fe+c-(p-l)/(u-l)*c,h=p=>e.from+(p.clientX-n.current.getBoundingClientRect().left-le)/
o*(e.to-e.from),F=p=>{let ve=h(p);e.look($n(e.points,ve)),a&&r([a[0],ve])},H=p=>{e.zoom&&p.pointerType==="mouse"&&(p.currentTarget.setPointerCapture(p.pointerId),
r([h(p),h(p)]))},me=()=>{a&&Math.abs(m(a[0])-m(a[1]))>bs&&e.zoom(Math.round(Math.min(...a)),Math.round(Math.max(...a))),r(null)},se=e.at!==null?e.points[e.at]:void 0;
return t("div",{class:`plot${e.small?" small":""}`,ref:n,children:s.value>0&&t("svg",{width:s.value,height:i,"aria-hidden":"true",onPointerMove:F,onPointerDown:H,
onPointerUp:me,onPointerLeave:()=>{a||e.look(null)},children:[bn(l,u,e.small?3:5).map(p=>t("g",{class:"axis",children:[t("line",{x1:le,x2:le+o,y1:y(p),y2:y(p)}),
t("text",{x:le-8,y:y(p)+4,"text-anchor":"end",children:e.format(p)})]})),vn(e.from,e.to,Math.max(2,o/80),vs(e.to)).map(p=>t("g",{class:"axis",children:[t("line",
{x1:m(p),x2:m(p),y1:fe,y2:fe+c}),t("text",{x:Math.min(m(p),s.value-18),y:i-6,"text-anchor":"middle",children:O(p,g.value)})]})),t("path",{class:"band",d:xn(e.points,
m,y)}),t("path",{class:"curve",d:wn(e.points,m,y)}),e.limits.filter(p=>p.value>l&&p.value<u).map(p=>t("line",{class:`limit-line s-${p.tone}`,x1:le,x2:le+o,y1:y(
p.value),y2:y(p.value)})),se&&t("g",{class:"here",children:[t("line",{x1:m(se.t),x2:m(se.t),y1:fe,y2:fe+c}),t("circle",{cx:m(se.t),cy:y(se.mean),r:"4"})]}),a&&t(
"rect",{class:"drag",x:Math.min(m(a[0]),m(a[1])),y:fe,width:Math.abs(m(a[0])-m(a[1])),height:c})]})})}var Sn=[["1 h",3600],["6 h",21600],["24 h",86400]],ce=e=>e.name+(e.tags?.length?` ${e.tags.map(n=>`${n.name}=${n.value}`).join(" ")}`:""),ys=e=>n=>!e&&Math.abs(
n)>=1e6?n.toExponential(2):!e&&n&&Math.abs(n)<.1?String(Number(n.toPrecision(2))):Pe(n,e),ks=(e,n)=>n.find(s=>e.name===s.label||e.name.endsWith(`.${s.label}`)||
e.tags?.some(a=>a.value===s.label));function En({path:e,perf:n,page:s}){let a=C(e),{metric:r="",span:i="6 h"}=$.value.query;return t(S,{title:"Graph",class:"gra\
ph-card",children:(()=>{if(a.error&&!a.data)return a.error.status===404?t("p",{class:"muted",children:["No metrics are kept of this ",s,"."]}):t(V,{error:a.error,
what:"metrics",again:a.again});if(!a.data)return t(Y,{rows:4});let c=a.data.series,l=c.find(u=>ce(u)===r)??c[0];return l?t(f,{children:[t("div",{class:"graph-to\
ols",children:[t("label",{class:"sort",children:[t("span",{children:"Metric"}),t("select",{value:ce(l),onChange:u=>B({metric:u.currentTarget.value,from:"",to:""}),
children:c.map(u=>t("option",{value:ce(u),children:ce(u)}))})]}),t(ws,{shown:i})]}),t(Mn,{series:l,perf:ks(l,n),shown:i}),a.data.left_out>0&&t("p",{class:"small\
 muted",children:[a.data.left_out," more metrics are not kept: 32 of an event are."]})]}):t("p",{class:"muted",children:"No metrics yet: they come with the next\
 results."})})()})}function ws({shown:e}){let n=!!$.value.query.from;return t("div",{class:"chips",role:"group","aria-label":"How long",children:[Sn.map(([s])=>t(
"button",{type:"button",class:"chip","aria-pressed":!n&&s===e,onClick:()=>B({span:s==="6 h"?"":s,from:"",to:""}),children:s})),n&&t("button",{type:"button",class:"\
chip",onClick:()=>B({from:"",to:""}),children:"zoom out"})]})}function Pn({path:e}){let n=C(e);return n.data?.series.length?t(S,{title:"Metrics",class:"graph-ca\
rd",children:t("div",{class:"small-graphs",children:n.data.series.map(s=>t(xs,{children:[t("h3",{children:t(d,{text:ce(s)})}),t(Mn,{series:s,shown:"24 h",small:!0})]},
ce(s)))})}):null}function xs({children:e}){let n=Oe(null),[s,a]=k(!1);return X(()=>{let r=new IntersectionObserver(i=>{i.some(o=>o.isIntersecting)&&a(!0)},{rootMargin:"\
200px"});return r.observe(n.current),()=>r.disconnect()},[]),t("div",{class:"small-graph",ref:n,children:s&&e})}function Mn({series:e,perf:n,shown:s,small:a=!1}){
let[r,i]=k(null),[o,c]=k(!1),l=Sn.find(([p])=>p===s)?.[1]??21600,u=$.value.query,m=!a&&Number(u.from)>0&&Number(u.to)>Number(u.from),y=m?Number(u.to):Math.ceil(
x.value/60)*60,h=m?Number(u.from):y-l,F=e.points.filter(p=>p[0]>=h&&p[0]<=y).map(([p,ve,ns,ss])=>({t:p,mean:ve,least:ns,largest:ss})),H=ys(n?.unit??""),me=r!==null?
F[r]:F.at(-1),se=n?[...ht(n.warn).map(p=>({value:p,tone:"warning"})),...ht(n.crit).map(p=>({value:p,tone:"critical"}))]:[];return t("div",{class:"graph",children:[
t("p",{class:"readout small","aria-hidden":"true",children:me?t(f,{children:[t("b",{children:H(me.mean)})," ",t("span",{class:"muted",children:[H(me.least)," … ",
H(me.largest)," at ",O(me.t,g.value)]})]}):t("span",{class:"muted",children:["Nothing in the last ",P(y-h)]})}),t(Cn,{points:F,from:h,to:y,limits:se,format:H,small:a,
at:r,look:i,...a?{}:{zoom:(p,ve)=>B({from:String(p),to:String(ve)},!1)}}),t($s,{points:F,write:H,name:ce(e)}),!a&&t("div",{class:"graph-foot",children:[t("span",
{class:"small muted",children:["Line: mean of two minutes. Band: least to largest.",se.length>0&&" Dashed: the limits of the check."," Drag to zoom."]}),t(v,{kind:"\
quiet","aria-expanded":o,onClick:()=>c(!o),children:o?"Hide the table":"As a table"})]}),o&&t(Cs,{points:F,write:H,name:ce(e)})]})}function $s({points:e,write:n,
name:s}){if(!e.length)return null;let a=Math.min(...e.map(o=>o.least)),r=Math.max(...e.map(o=>o.largest)),i=e.at(-1);return t("p",{class:"hidden",children:["Gra\
ph of ",s,": last ",n(i.mean),", least ",n(a),", largest ",n(r),"."]})}function Cs({points:e,write:n,name:s}){return t("div",{class:"table-scroll",tabIndex:0,role:"\
region","aria-label":`Values of ${s}`,children:t("table",{class:"values",children:[t("thead",{children:t("tr",{children:[t("th",{children:"Time"}),t("th",{children:"\
Mean"}),t("th",{children:"Least"}),t("th",{children:"Largest"})]})}),t("tbody",{children:[...e].reverse().map(a=>t("tr",{children:[t("td",{title:z(a.t,g.value),
children:de(a.t,x.value,g.value)}),t("td",{children:n(a.mean)}),t("td",{children:n(a.least)}),t("td",{children:n(a.largest)})]}))})]})})}var Ss=2e4,Es=_e(null);function Ps(e,n){return e.rows.map(s=>({ns:n,labels:{},...Object.fromEntries(e.columns.map((a,r)=>[a==="namespace"?"ns":a,s[r]??void 0]).
filter(([,a])=>a!==void 0))}))}var Ms=e=>`${j(e,"entities")}?limit=${Ss}`;function Ts(){let e=$.value.ns||(I.value.length===1?I.value[0]:""),n=C(e?Ms(e):"",["en\
tities"]);return{ns:e,got:n}}function _s(e){let n=M.value,s=new Map;if(n.loaded!=="all"||n.partial||Bt.value||n.ns!==$.value.ns)return e;for(let a of n.map.values()){
let r=`${a.ns}/${a.entity}`,i=s.get(r);i?i.push(a):s.set(r,[a])}return e.map(a=>{let r=s.get(`${a.ns}/${a.name}`)??[],i=r.filter(o=>o.status&&!ee(o));return{...a,
events:r.length,problems:i.length,silenced:r.filter(ee).length,status:i.length?re(i,"severity",!1)[0].status:0}})}var Ie=e=>e.class==="agent"&&!e.connected,Rn=Se(
{ill:e=>e.status>0,gone:Ie,agent:e=>e.class==="agent",proxy:e=>e.class!=="agent"});function Ns(e,n){let s=`${e.name} ${e.os} ${e.platform} ${e.version} ${Object.
entries(e.labels).map(([a,r])=>`${a}=${r}`).join(" ")}`.toLowerCase();return n.split(/\s+/).filter(Boolean).every(a=>a.startsWith("is:")?(Rn[a.slice(3)]??(()=>!0))(
e):a.includes("*")?Ut(a)(e.name):s.includes(a.toLowerCase()))}var Tn=[3,2,0,1],_n=(e,n)=>e.name<n.name?-1:1,Nn=Se({severity:(e,n)=>Tn[Math.min(3,e.status)]-Tn[Math.
min(3,n.status)]||Number(Ie(n))-Number(Ie(e))||n.problems-e.problems||_n(e,n),name:_n,seen:(e,n)=>e.last_seen-n.last_seen});function Rs(){R("Entities");let{ns:e,
got:n}=Ts(),{q:s="",sort:a="severity"}=$.value.query,r=G(()=>_s(n.data?Ps(n.data,e):[]),[n.data,M.value]),i=G(()=>r.filter(u=>Ns(u,s)).sort(Nn[a]??Nn.severity),
[r,s,a]);if(!e)return t(ge,{what:"Entities",page:"entities"});let o=u=>s.split(/\s+/).includes(u),c=u=>()=>B({q:o(u)?s.replace(u,"").trim():[...s.split(/\s+/).filter(
m=>m&&!m.startsWith("is:")),u].join(" ")},!1),l=(u,m,y)=>t(he,{name:m,tone:y,n:r.filter(Rn[u]).length,on:o(`is:${u}`),run:c(`is:${u}`)});return t("div",{class:"\
list-page",children:[t("header",{class:"headline",children:[t("h1",{children:"Entities"}),t("p",{class:"muted",children:"Machines with an agent, and whatever el\
se reports by one."})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"Kind",children:[t(he,{name:"All",n:r.length,on:!s,
run:()=>B({q:""},!1)}),l("ill","With problems","s-critical"),l("gone","Not connected","s-unknown"),l("proxy","Without agent")]}),t("div",{class:"tools",children:[
t(Q,{label:"Filter entities",help:"Filter: name, system, label tier=web",fields:!1}),t(an,{sorts:[["severity","worst first"],["name","name"],["seen","longest no\
t seen"]],usual:"severity"})]})]}),t(Z,{of:n,what:"entities",ns:e,children:()=>i.length?t(Qe,{name:"entities",label:"Entities",items:i,keyOf:u=>u.name,columns:As,
cells:Bs,describe:u=>u.name,rowClass:u=>`edge-${T(u.status)}`,open:u=>q(te(u.ns,u.name)),focus:Es}):s?t(D,{icon:"search",title:"Nothing matches",children:t(v,{onClick:()=>B(
{q:""},!1),children:"Clear the filter"})}):t(D,{icon:"entities",title:"No entities yet",children:["Start an agent: ",t("code",{children:["picket agent start --b\
ackend-url ws://",location.hostname,":8081"]})]})})]})}var As=[{id:"status",name:"Status"},{id:"what",name:"Name"},{id:"problems",name:"Failing"},{id:"system",name:"\
System"},{id:"seen",name:"Seen"},{id:"labels",name:"Labels"}];function Bs(e){return[t(Ee,{status:e.status}),t("a",{class:"name",tabIndex:-1,href:te(e.ns,e.name),
children:t("b",{children:t(d,{text:e.name})})}),t("span",{children:[e.problems?`${e.problems} of ${e.events}`:t("span",{class:"muted",children:["none of ",e.events]}),
e.silenced>0&&t("span",{class:"muted",title:`${e.silenced} silenced`,children:[" ",t(b,{name:"silenced"}),e.silenced]})]}),t("span",{class:"muted",children:t(d,
{text:[e.class==="agent"?"":e.class,e.os&&e.platform&&e.os!==e.platform?`${e.platform}, ${e.os}`:e.platform||e.os].filter(Boolean).join(" ")})}),t("span",{class:Ie(
e)?"s-unknown":"",children:Ie(e)?t(f,{children:["gone for ",t(Kt,{since:e.last_seen})]}):t(pe,{t:e.last_seen})}),t("span",{class:"labels",children:Object.entries(
e.labels).slice(0,4).map(([n,s])=>t("a",{class:"label",tabIndex:-1,href:w({ns:e.ns,page:"entities",query:{q:`${n}=${s}`}}),children:t(d,{text:`${n}=${s}`})}))})]}
function ge({what:e,page:n}){return R(e),t("div",{class:"page",children:[t("h1",{children:e}),t("p",{children:"These are shown one namespace at a time."}),t("ul",
{class:"plain",children:I.value.map(s=>t("li",{children:t("a",{href:w({ns:s,page:n}),children:t(d,{text:s})})}))})]})}var Is=[{id:"status",name:"Status",sort:"s\
everity"},{id:"what",name:"Check",sort:"check"},{id:"output",name:"What it says"},{id:"since",name:"Since",sort:"since"},{id:"times",name:"Times"},{id:"told",name:"\
Told"}];function Os(){let{ns:e,path:[n=""]}=$.value;R(n);let s=C(A(e,"entities",n),["entities"]);return s.error?.status===404?t("div",{class:"page",children:[t(
"h1",{children:t(d,{text:n})}),t("p",{children:["There is no such machine in ",t(d,{text:e}),": it was deleted, or never reported."]}),t("p",{children:t("a",{href:w(
{ns:e,page:"entities"}),children:"Entities"})})]}):s.data?t(Ls,{e:s.data,ns:e}):t("div",{class:"page",children:[t("h1",{class:"hidden",children:t(d,{text:n})}),
s.error?t(V,{error:s.error,what:"entity",again:s.again,ns:e}):t(Y,{})]})}function Ls({e,ns:n}){let s=e.metadata.name,{sort:a="severity",order:r=""}=$.value.query,
i=[...M.value.map.values()].filter(l=>l.entity===s&&l.ns===n),o=i.filter(l=>l.status).length,c=re([...i],"severity",!1)[0]?.status??0;return t("div",{class:`pag\
e edge-${T(c)}`,children:[t("header",{class:"event-head",children:[t("a",{class:"back",href:w({ns:n,page:"entities"}),children:[t(b,{name:"back"}),"Entities"]}),
t("div",{class:"title",children:[t(Ee,{status:c,badge:!0}),t("h1",{children:t(d,{text:s})})]}),t("p",{class:"facts-line",children:[t("b",{children:o?E(o,"proble\
m"):"Nothing failing"})," of ",E(i.length,"check")," · ",e.entity_class==="agent"?"seen":"last result"," ",ze(e.last_seen,x.value)]}),t("div",{class:"acts",children:[
_(n,"create","silenced")&&t(v,{icon:"silenced",onClick:()=>ie({ns:n,subscription:`entity:${s}`}),children:"Silence machine"}),_(n,"delete","entities")&&t(v,{icon:"\
delete",kind:"danger",onClick:()=>Ws(n,s,i.length),children:"Delete…"})]})]}),t("section",{class:"embedded of-entity","aria-label":"Its events",children:t(Ye,
{wanted:re(i,a,!!r),scope:`entity|${n}|${s}|${a}|${r}`,columns:Is,label:`Events of ${s}`,ready:M.value.loaded==="all",empty:t(D,{icon:"events",title:"No events \
of this machine",children:"They come with the first result of a check."})})}),t(Pn,{path:j(n,"events",s,"metrics")}),t("div",{class:"columns even",children:[t(Ds,
{e}),t(S,{title:"Labels and annotations",children:t(L,{list:[["Labels",Object.keys(e.metadata.labels??{}).length?t(J,{of:e.metadata.labels,to:(l,u)=>w({ns:n,page:"\
entities",query:{q:`${l}=${u}`}})}):"none"],["Annotations",Object.keys(e.metadata.annotations??{}).length?t(J,{of:e.metadata.annotations}):"none"]]})})]})]})}function Ds({
e}){let n=e.system??{},s=(n.network?.interfaces??[]).filter(a=>a.addresses?.length&&a.name!=="lo");return t(S,{title:"System",children:t(L,{list:[["Kind",e.entity_class],
["Host name",n.hostname],["System",[n.os,n.platform,n.platform_version,n.arch].filter(Boolean).join(" ")],["Agent",e.sensu_agent_version],["Seen",t(pe,{t:e.last_seen})],
["Subscriptions",e.subscriptions?.join(", ")],["Addresses",s.length>0&&t("ul",{class:"plain",children:s.map(a=>t("li",{children:t(d,{text:`${a.name}: ${a.addresses.
join(", ")}`})}))})],["When it leaves",e.deregister?"it is deleted":""]]})})}function Ws(e,n,s){Je({title:`Delete ${n}?`,act:"Delete",danger:!0,typed:n,text:t("\
p",{children:["The machine goes, and its ",E(s,"event"),". An agent that is alive comes back within its next keepalive."]}),run:()=>{qs(e,n)}})}async function qs(e,n){
try{await ke("DELETE",A(e,"entities",n)),N(`${n} is deleted`),q(w({ns:e,page:"entities"}))}catch(s){N(s.message,!0)}}var Me=e=>Array.isArray(e)?e.map(n=>typeof n=="string"?n:n.name??"").filter(Boolean).join(", "):"",be=e=>typeof e=="string"?e:"",vt=e=>{try{return new URL(e).host}catch{
return e?"an address":""}};function js(e){let n=e.webhook,s=e.email,a=e.file,r=e.socket,i=e.alert,o=n?`${n.form??"json"} → ${vt(n.url??"")}`:s?`→ ${Me(s.to)}\
 by ${s.host}`:a?`→ ${a.path}`:r?.host?`→ ${r.host}:${r.port}`:e.type==="set"?`→ ${Me(e.handlers)}`:be(e.command),c=i?`; after ${i.after??1}, ${i.every?`e\
very ${i.every}`:"never again"}`:"";return`${be(e.type)} ${o}${Me(e.filters)?`; filters ${Me(e.filters)}`:""}${c}`}var gt=[{id:"handlers",name:"Handlers",type:"\
Handler",what:"who is told, and how",say:js},{id:"filters",name:"Filters",type:"EventFilter",what:"what is told and what is not",say:e=>`${be(e.action)} ${(e.expressions??
[]).join(" and ")}`},{id:"mutators",name:"Mutators",type:"Mutator",what:"how an event is rewritten before it is told",say:e=>be(e.command)||be(e.type)},{id:"pip\
elines",name:"Pipelines",type:"Pipeline",what:"filter, mutator and handler in a row",say:e=>E((e.workflows??[]).length,"workflow")+`: ${Me(e.workflows)}`},{id:"\
hooks",name:"Hooks",type:"HookConfig",what:"what runs after a check that failed",say:e=>be(e.command)},{id:"assets",name:"Assets",type:"Asset",what:"programs th\
at checks and handlers bring along",say:e=>vt(be(e.url))||E((e.builds??[]).length,"build")}];function Fs(){R("Config");let e=$.value.ns||(I.value.length===1?I.value[0]:
""),{path:[n="handlers"]}=$.value,s=gt.find(a=>a.id===n)??gt[0];return e?t("div",{class:"list-page scrolls",children:[t("header",{class:"headline",children:[t("\
h1",{children:"Config"}),t("p",{class:"muted",children:["As it is; it is changed by ",t("code",{children:"picket ctl"}),"."]})]}),t("nav",{class:"tabs","aria-la\
bel":"Kinds",children:gt.map(a=>t("a",{href:w({ns:e,page:"config",path:[a.id]}),"aria-current":a.id===s.id?"page":void 0,children:a.name}))}),_(e,"list",s.id)?t(
Hs,{kind:s,ns:e},s.id):t(rn,{what:s.id,ns:e})]}):t(ge,{what:"Config",page:"config"})}function Hs({kind:e,ns:n}){let s=C(A(n,e.id)),a=zs(e.id,n),r=($.value.query.
q??"").toLowerCase(),i=$.value.path[1];return t(f,{children:[t("div",{class:"toolbar",children:[t("p",{class:"muted",children:[e.name,": ",e.what,"."]}),t("div",
{class:"tools",children:t(Q,{label:`Filter ${e.id}`,help:"Filter: name",fields:!1})})]}),t(Z,{of:s,what:e.id,ns:n,children:o=>{let c=o.filter(l=>l.metadata.name.
toLowerCase().includes(r));return c.length?t("ul",{class:"things",children:c.map(l=>t(Us,{t:l,kind:e,used:a(l.metadata.name),open:i===l.metadata.name},l.metadata.
name))}):t(D,{icon:"config",title:o.length?"Nothing matches":`No ${e.id}`,children:!o.length&&t(f,{children:[t("code",{children:["picket ctl create -f ",e.id,".\
yaml"]})," makes some."]})})}})]})}function zs(e,n){let a=C(e!=="assets"&&e!=="mutators"&&_(n,"list","checks")?A(n,"checks"):"",["checks"]),r=C(e==="filters"&&_(
n,"list","handlers")?A(n,"handlers"):"");return i=>{let o=l=>Me(l).split(", ").includes(i),c=l=>o(l[e])||e==="hooks"&&JSON.stringify(l.check_hooks??"").includes(
JSON.stringify(i));return e==="filters"?r.data?`used by ${E(r.data.filter(l=>o(l.filters)).length,"handler")}`:"":a.data?`used by ${E(a.data.filter(c).length,"c\
heck")}`:""}}var Gs=/^(key|password|headers|env_vars|secrets)$/,Ks=e=>e===null||e===""||Array.isArray(e)&&!e.length;function bt(e,n="",s=""){return n==="url"&&s===
"webhook"&&e?`https://${vt(String(e))}/… (hidden)`:Gs.test(n)&&!Ks(e)?n==="env_vars"&&Array.isArray(e)?e.map(a=>`${String(a).split("=")[0]}=(hidden)`):"(hidde\
n)":Array.isArray(e)?e.map(a=>bt(a,"",n)):e&&typeof e=="object"?Object.fromEntries(Object.entries(e).map(([a,r])=>[a,bt(r,a,n)])):e}function Us({t:e,kind:n,used:s,
open:a}){let[r,i]=k(!1),o=bt(e),c=JSON.stringify(o)!==JSON.stringify(e);return t("li",{children:t("details",{open:a,children:[t("summary",{children:[t("b",{children:t(
d,{text:e.metadata.name})}),t("span",{class:"say",children:t(d,{text:n.say(e)})}),t("span",{class:"muted small",children:s})]}),t("div",{class:"thing",children:[
Object.keys(e.metadata.labels??{}).length>0&&t(L,{list:[["Labels",t(J,{of:e.metadata.labels})]]}),n.id==="filters"&&Array.isArray(e.expressions)&&t(L,{list:[["E\
xpressions",t("ul",{class:"plain",children:e.expressions.map(l=>t("li",{children:t("code",{children:t(d,{text:l})})}))})]]}),typeof e.timeout=="number"&&e.timeout>
0&&t(L,{list:[["Timeout",P(e.timeout)]]}),c&&t(v,{kind:"quiet",onClick:()=>i(!r),children:r?"Hide secrets":"Show secrets"}),t(yt,{text:Ve(n.type,r?e:o)})]})]})})}
function yt({text:e}){let n=()=>{navigator.clipboard.writeText(e).then(()=>N("Copied"),()=>N("The browser does not let us copy",!0))};return t("div",{class:"yam\
l",children:[t("pre",{class:"terminal",tabIndex:0,"aria-label":"As YAML",children:ye(e)}),"clipboard"in navigator&&t(v,{kind:"quiet",onClick:n,children:"Copy"})]})}var Js=_e(null),ue=_e(null),kt=e=>e.cron?`cron ${e.cron}`:e.interval?He(e.interval):"by hand only",wt=e=>[...e.handlers??[],...(e.pipelines??[]).map(n=>n.name)];
function Qs(){let e=new Map;for(let n of M.value.map.values()){let s=`${n.ns}/${n.check}`,a=e.get(s);a?a.push(n):e.set(s,[n])}return new Map([...e].map(([n,s])=>[
n,Ne(s)]))}function Ys(){R("Checks");let e=$.value.ns||(I.value.length===1?I.value[0]:""),n=($.value.query.q??"").toLowerCase(),s=C(e?A(e,"checks"):"",["checks"]),
a=G(Qs,[M.value]);if(!e)return t(ge,{what:"Checks",page:"checks"});let r=(s.data??[]).filter(i=>`${i.metadata.name} ${i.command} ${(i.subscriptions??[]).join(" ")}\
 ${wt(i).join(" ")}`.toLowerCase().includes(n)).sort((i,o)=>i.metadata.name<o.metadata.name?-1:1);return t("div",{class:"list-page",children:[t("header",{class:"\
headline",children:[t("h1",{children:"Checks"}),t("p",{class:"muted",children:"What is run, where, and who hears of it."})]}),t("div",{class:"toolbar",children:t(
"div",{class:"tools",children:t(Q,{label:"Filter checks",help:"Filter: name, command, subscription, handler",fields:!1})})}),t(Z,{of:s,what:"checks",ns:e,children:i=>r.
length?t(Qe,{name:"checks",label:"Checks",items:r,keyOf:o=>o.metadata.name,columns:Vs,cells:o=>Zs(o,e,a.get(`${e}/${o.metadata.name}`)),describe:o=>o.metadata.name,
open:o=>q(w({ns:e,page:"checks",path:[o.metadata.name]})),focus:Js}):i.length?t(D,{icon:"search",title:"Nothing matches",children:t(v,{onClick:()=>B({q:""},!1),
children:"Clear the filter"})}):t(D,{icon:"checks",title:"No checks yet",children:[t("code",{children:"picket ctl create -f checks.yaml"}),", or results come by\
 themselves on port 3030."]})}),ue.value&&t(In,{...ue.value},ue.value.check)]})}var Vs=[{id:"what",name:"Name"},{id:"when",name:"Runs"},{id:"subs",name:"Where"},
{id:"to",name:"Tells"},{id:"results",name:"Results"},{id:"do",name:"Actions"}];function An({c:e,to:n}){let s=[2,1,3,0].filter(a=>(e?.[a]?.[0]??0)>0);return s.length?
t("span",{class:"results",children:s.map(a=>{let r=t(f,{children:[t(b,{name:["ok","warning","critical","unknown"][a],title:T(a)}),W(e[a][0])]});return n?t("a",{
tabIndex:-1,class:`s-${T(a)}`,href:n(a),children:r}):t("span",{class:`s-${T(a)}`,children:r})})}):t("span",{class:"muted",children:"none yet"})}function Zs(e,n,s){
let a=e.metadata.name,r=wt(e);return[t("a",{class:"name",tabIndex:-1,href:w({ns:n,page:"checks",path:[a]}),children:t("b",{children:t(d,{text:a})})}),e.publish||
!(e.interval||e.cron)?t(d,{text:kt(e)}):t("span",{class:"paused",children:[t(b,{name:"pause"}),"paused"]}),t("span",{class:"muted",children:t(d,{text:(e.subscriptions??
[]).join(", ")||"nowhere"})}),r.length?t(d,{text:r.join(", ")}):t("span",{class:"muted",children:"nobody"}),t(An,{c:s,to:i=>w({ns:n,page:"events",query:{q:`chec\
k:${a} status:${T(i)}`}})}),t(Bn,{c:e,ns:n,small:!0})]}function Bn({c:e,ns:n,small:s}){let a=e.metadata.name,r=s?-1:void 0,i=o=>N(o.message,!0);return t(f,{children:[
_(n,"create","checks")&&t(v,{tabIndex:r,icon:"run",kind:s?"quiet":void 0,onClick:()=>{ue.value={ns:n,check:a}},children:"Run now…"}),_(n,"update","checks")&&(e.
interval||e.cron)&&(e.publish?!s&&t(v,{icon:"pause",onClick:()=>{ct(n,a,!1).catch(i)},children:"Pause"}):t(v,{tabIndex:r,icon:"play",kind:s?"quiet":void 0,onClick:()=>{
ct(n,a,!0).catch(i)},children:"Publish"}))]})}function In({ns:e,check:n}){let[s,a]=k(""),r=()=>{ue.value=null},i=s.split(/[\s,]+/).filter(Boolean),o=async c=>{c.
preventDefault(),r();try{await tn(e,n,i.length?i.map(l=>l.includes(":")?l:`entity:${l}`):void 0),N(`${n} was asked for ${i.length?`on ${i.join(", ")}`:"everywhe\
re it runs"}`)}catch(l){N(l.message,!0)}};return t(K,{title:`Run ${n} now`,onClose:r,children:t("form",{onSubmit:c=>{o(c)},children:[t("label",{class:"field",children:[
t("span",{children:"On these machines (empty: everywhere its subscriptions say)"}),t("input",{"data-first":!0,value:s,spellcheck:!1,autocomplete:"off",placeholder:"\
web1, web2",onInput:c=>a(c.currentTarget.value)})]}),t("footer",{children:[t(v,{onClick:r,children:"Cancel"}),t(v,{type:"submit",kind:"main",icon:"run",children:"\
Run"})]})]})})}var Xs=[{id:"status",name:"Status",sort:"severity"},{id:"what",name:"Machine",sort:"entity"},{id:"output",name:"What it says"},{id:"since",name:"\
Since",sort:"since"},{id:"times",name:"Times"},{id:"told",name:"Told"}];function ea(){let{ns:e,path:[n=""],query:{sort:s="severity",order:a=""}}=$.value;R(n);let r=C(
A(e,"checks",n),["checks"]),i=[...M.value.map.values()].filter(c=>c.check===n&&c.ns===e),o=r.data;return!o&&r.error&&r.error.status!==404?t("div",{class:"page",
children:[t("h1",{children:t(d,{text:n})}),t(V,{error:r.error,what:"checks",again:r.again,ns:e})]}):!o&&!r.error?t("div",{class:"page",children:[t("h1",{class:"\
hidden",children:t(d,{text:n})}),t(Y,{})]}):t("div",{class:"page",children:[t("header",{class:"event-head",children:[t("a",{class:"back",href:w({ns:e,page:"chec\
ks"}),children:[t(b,{name:"back"}),"Checks"]}),t("div",{class:"title",children:t("h1",{children:t(d,{text:n})})}),t("p",{class:"facts-line",children:o?t(f,{children:[
o.publish?t("b",{children:kt(o)}):t("b",{class:"paused",children:[t(b,{name:"pause"}),"paused: nobody runs it"]}),o.timeout>0&&` · timeout ${P(o.timeout)}`,o.ttl>
0&&` · expected within ${P(o.ttl)}`," · tells ",wt(o).join(", ")||"nobody"]}):"There is no check of this name here; its results come by themselves."}),t("div",
{class:"acts",children:[o&&t(Bn,{c:o,ns:e}),_(e,"create","silenced")&&t(v,{icon:"silenced",onClick:()=>ie({ns:e,check:n}),children:"Silence"})]})]}),t("section",
{class:"embedded of-check","aria-label":"Its results",children:[t("h2",{class:"side-title",children:[E(i.length,"result")," by machine ",t(An,{c:Ne(i)})]}),t(Ye,
{wanted:re(i,s,!!a),scope:`check|${e}|${n}|${s}|${a}`,columns:Xs,label:`Results of ${n}`,ready:M.value.loaded==="all",empty:t(D,{icon:"events",title:"No results\
 yet",children:"They come with its first run."})})]}),o&&t("div",{class:"columns even",children:[t(ta,{c:o}),t(S,{title:"As YAML",children:t(yt,{text:Ve("CheckC\
onfig",o)})})]}),ue.value&&t(In,{...ue.value},ue.value.check)]})}function ta({c:e}){return t(S,{title:"Definition",children:t(L,{list:[["Command",e.command&&t("\
code",{class:"command",children:t(d,{text:e.command})})],["Runs",kt(e)],["Round robin",e.round_robin?"one machine at a time":""],["Subscriptions",e.subscriptions?.
join(", ")],["Handlers",e.handlers?.join(", ")],["Pipelines",e.pipelines?.map(n=>n.name).join(", ")],["Assets",e.runtime_assets?.join(", ")],["Reports as",e.proxy_entity_name],
["Metrics",e.output_metric_format],["Labels",Object.keys(e.metadata.labels??{}).length>0&&t(J,{of:e.metadata.labels})],["Annotations",Object.keys(e.metadata.annotations??
{}).length>0&&t(J,{of:e.metadata.annotations})]]})})}var xt=20;function On({ns:e,entity:n,check:s,version:a}){let i=C(`${j(e,"incidents")}?${new URLSearchParams({entity:n,check:s,limit:String(xt)})}`,[],a).data??[];
return i.length?t(S,{title:"Incidents",side:t("span",{class:"muted",children:i.length<xt?E(i.length,"incident"):`the newest ${xt}`}),children:t("div",{class:"in\
cidents",children:i.map((o,c)=>t(na,{i:o,open:!c},o.id))})}):null}function na({i:e,open:n}){return t("details",{open:n,children:[t("summary",{children:[t("b",{class:`\
s-${T(e.worst)}`,children:U(e.worst)})," ",t(oe,{t:e.begin}),", ",e.end?`for ${P(e.end-e.begin)}`:t(f,{children:["for ",P(x.value-e.begin)," so far"]})," ",t("s\
pan",{class:"muted",children:["· ",E(e.results,"result")]})," ",t(Be,{told:Ue(e.decisions)})]}),e.output&&t("p",{class:"said",children:t(d,{text:e.output})}),t(
$t,{i:e})]})}function $t({i:e}){return e.decisions.length?t("ul",{class:"decisions",children:[e.decisions.map(n=>{let s=Ke(n),a=(n.count??1)>1;return t("li",{class:`\
t-${s.tone}`,children:[t(b,{name:s.icon}),t("div",{children:[n.at?t(oe,{t:n.at}):null," ",t("b",{children:t(d,{text:n.handler||"handlers"})})," ",t(d,{text:s.text}),
a&&t("span",{class:"muted",children:[" · ",n.count,"×",n.last?t(f,{children:[", last ",t(oe,{t:n.last})]}):null]}),s.detail&&t("code",{class:"detail",children:t(
d,{text:s.detail})})]})]})}),(e.left_out??0)>0&&t("li",{children:[t("span",{}),t("div",{class:"muted",children:["and ",e.left_out," more, not kept"]})]})]}):t("\
p",{class:"muted small",children:e.undecided?"Nothing is decided yet.":"It had no handler."})}function Ln({list:e}){if(!e.length)return t("p",{class:"muted",children:"No result yet."});let n=e[0],s=e[e.length-1];return t("div",{class:"history",children:[
t("ol",{class:"strip",children:e.map(a=>t("li",{class:`s-${T(a.status)}`,title:`${U(a.status)}, ${z(a.executed,g.value)}`,children:t(b,{name:ne[xe(a.status)],title:`${U(
a.status)} at ${O(a.executed,g.value,!0)}`})}))}),t("p",{class:"ends muted small",children:[t("span",{children:O(n.executed,g.value,!0)}),t("span",{children:["l\
ast result ",O(s.executed,g.value,!0)]})]})]})}var qn={fg:"",bg:"",bold:!1,dim:!1,italic:!1,underline:!1,inverse:!1},jn=/\u001b\[([\d;:]*)m/g,sa=5e3,Dn=["black","red","green","yellow","blue","magenta","cyan",
"white"],Te=e=>e<8?Dn[e]:`bright-${Dn[e-8]}`;function Ct(e,n,s){let a=Math.max(e,n,s);if(a<60)return"black";let r=(e>a/2?1:0)|(n>a/2?2:0)|(s>a/2?4:0);return Te(
a>200?r+8:r)}function aa(e){if(e<16)return Te(e);if(e>=232)return Ct(...Array(3).fill((e-232)*10+8));let n=s=>s===0?0:s*40+55;return Ct(n(Math.floor((e-16)/36)),
n(Math.floor((e-16)/6)%6),n((e-16)%6))}function ra(e,n){return e[n]===5?[aa(Math.min(255,e[n+1]??0)),2]:e[n]===2?[Ct(e[n+1]??0,e[n+2]??0,e[n+3]??0),4]:["",1]}var Wn={
0:qn,1:{bold:!0},2:{dim:!0},3:{italic:!0},4:{underline:!0},7:{inverse:!0},22:{bold:!1,dim:!1},23:{italic:!1},24:{underline:!1},27:{inverse:!1},39:{fg:""},49:{bg:""}};
function ia(e,n){let s={...e};for(let a=0;a<n.length;a++){let r=n[a];if(r in Wn)Object.assign(s,Wn[r]);else if(r>=30&&r<=37)s.fg=Te(r-30);else if(r>=90&&r<=97)s.
fg=Te(r-82);else if(r>=40&&r<=47)s.bg=Te(r-40);else if(r>=100&&r<=107)s.bg=Te(r-92);else if(r===38||r===48){let[i,o]=ra(n,a+1);r===38?s.fg=i:s.bg=i,a+=o}}return s}
function oa(e){let[n,s]=e.inverse?[e.bg||"paper",e.fg||"ink"]:[e.fg,e.bg];return[n&&`fg-${n}`,s&&`bg-${s}`,e.bold&&"a-bold",e.dim&&"a-dim",e.italic&&"a-italic",
e.underline&&"a-underline"].filter(Boolean).join(" ")}function Fn(e){let n=[],s=qn,a=0,r=i=>{i>a&&n.push({text:e.slice(a,i),classes:oa(s)})};for(let i of e.matchAll(
jn)){if(n.length>=sa)break;r(i.index),a=i.index+i[0].length,s=ia(s,(i[1]||"0").split(/[;:]/).map(Number))}return r(e.length),n}var Hn=e=>e.replace(jn,"");var la=1e5,ca=4e5,ua=e=>e>=1e6?`${(e/1e6).toFixed(1)} MB`:`${Math.round(e/1e3)} kB`;function ma({text:e}){return e.length>ca?t(f,{children:ye(Hn(e))}):t(f,{children:Fn(
e).map(n=>{let s=Wt(ye(n.text)).map(a=>a.href?t("a",{href:a.href,target:"_blank",rel:"noopener noreferrer",children:a.text}):a.text);return n.classes?t("span",{
class:n.classes,children:s}):s})})}function St({text:e,perf:n,title:s="Output"}){let[a,r]=k(!0),[i,o]=k(!1),[c,l]=k(!1),u=n&&!i?et(e):{text:e,perf:[]},m=c?u.text:
Mt(u.text,la),y=()=>{navigator.clipboard?.writeText(e).then(()=>N("Copied"),()=>N("The browser does not let us copy",!0))},h=t(f,{children:[t("label",{class:"ch\
eck",children:[t("input",{type:"checkbox",checked:a,onChange:()=>r(!a)}),"wrap"]}),t("label",{class:"check",children:[t("input",{type:"checkbox",checked:i,onChange:()=>o(
!i)}),"raw"]}),"clipboard"in navigator&&t(v,{kind:"quiet",onClick:y,children:"Copy"})]});return t(S,{title:s,side:h,class:"output-card",children:[e?t("pre",{class:`\
terminal${a?" wrap":""}`,tabIndex:0,"aria-label":s,children:i?ye(m):t(ma,{text:m})}):t("p",{class:"muted",children:"It printed nothing."}),m.length<u.text.length&&
t(v,{onClick:()=>l(!0),children:["Show all (",ua(u.text.length),")"]}),u.perf.length>0&&t(da,{perf:u.perf})]})}var zn=12;function da({perf:e}){let[n,s]=k(!1);return t(
f,{children:[t("table",{class:"perf",children:[t("caption",{class:"hidden",children:"Performance data"}),t("thead",{class:"hidden",children:t("tr",{children:[t(
"th",{children:"Value of"}),t("th",{children:"Value"}),t("th",{children:"Part"}),t("th",{children:"Warning"}),t("th",{children:"Critical"})]})}),t("tbody",{children:(n?
e:e.slice(0,zn)).map(a=>t(ha,{p:a}))})]}),!n&&e.length>zn&&t(v,{kind:"quiet",onClick:()=>s(!0),children:["Show all ",e.length," values"]})]})}var pa=e=>e.max??(e.
unit==="%"?100:Math.max(0,...[e.crit,e.warn].map(n=>Number(n.split(":").pop())).filter(Number.isFinite))*1.1);function ha({p:e}){let n=pt(e.value,e.crit)?"criti\
cal":pt(e.value,e.warn)?"warning":"ok",s=pa(e),a=e.min??0,r=s>a?Math.max(0,Math.min(1,(e.value-a)/(s-a))):null,i=o=>o&&fa(o,e.unit);return t("tr",{children:[t("\
th",{scope:"row",children:t(d,{text:e.label})}),t("td",{class:"value",children:Pe(e.value,e.unit)}),t("td",{class:"part",children:r!==null&&t("span",{class:`met\
er s-${n}`,title:`${Math.round(r*100)} % of ${Pe(s,e.unit)}`,children:t("span",{style:{width:`${r*100}%`}})})}),t("td",{class:"limit",children:e.warn&&t(f,{children:[
"warn ",t(d,{text:i(e.warn)})]})}),t("td",{class:"limit",children:e.crit&&t(f,{children:["crit ",t(d,{text:i(e.crit)})]})})]})}var fa=(e,n)=>/^[\d.]+$/.test(e)?
Pe(Number(e),n):e;function Gn(e){let n=C(e.handlers?j(e.ns,"events",e.entity,e.check,"decisions"):"",[],e.version),s=C(e.handlers&&_(e.ns,"list","handlers")?A(e.ns,"handlers"):""),
a=n.error?.status===404,r=a?null:n.data??null,i=Ht(r,e.handlers,e.status);return e.handlers&&n.loading&&!n.data&&!a?t(S,{title:"Was anybody told?",class:"told-c\
ard",children:t(Y,{rows:3})}):n.error&&!a&&!n.data?t(S,{title:"Was anybody told?",class:"told-card",children:t(V,{error:n.error,what:"decisions",again:n.again,ns:e.
ns})}):t(S,{title:"Was anybody told?",class:"told-card",children:[t("p",{class:`verdict t-${i.tone}`,children:i.text}),r&&t("ul",{class:"decisions",children:r.handlers.
map(o=>t(ba,{d:o,at:r.timestamp,ns:e.ns,handler:s.data?.find(c=>c.metadata.name===o.handler),occurrences:e.occurrences,status:e.status,ended:!e.silenced&&Ft(o)},
o.handler+o.pipeline+o.workflow))})]})}var ga=e=>e?.webhook?.form??e?.type??"";function ba({d:e,at:n,ns:s,handler:a,occurrences:r,status:i,ended:o}){let c=Ke(e),
l=ga(a),u=a?.alert&&i&&e.alert?.told?zt(a.alert,r):-1,m=_(s,"list","handlers")&&e.outcome!=="unknown"?t("a",{href:w({ns:s,page:"config",path:["handlers",e.handler]}),
children:t(d,{text:e.handler})}):t(d,{text:e.handler});return t("li",{class:`t-${c.tone}`,children:[t(b,{name:c.icon}),t("div",{children:[t("b",{children:m}),l&&
t("span",{class:"muted",children:[" ",l]}),e.pipeline&&t("span",{class:"muted",children:[" of pipeline ",t(d,{text:e.pipeline})]}),t("br",{}),t("span",{class:"w\
hat",children:[t(d,{text:c.text}),e.outcome==="delivered"&&n>0&&t(f,{children:[" ",t(oe,{t:n}),", ",t(pe,{t:n})]})]}),c.detail&&t("code",{class:"detail",children:t(
d,{text:c.detail})}),e.not_counted&&t("p",{class:"small muted",children:["Did not count, it raised: ",t("code",{children:t(d,{text:e.not_counted})})]}),o&&t("p",
{class:"small muted",children:"That silence has ended. The next result is decided on without it."}),u>0&&t("p",{class:"small muted",children:["Next: told again \
at occurrence ",u]}),u===0&&t("p",{class:"small muted",children:"Not told again until it changes"})]})]})}function va(){let{ns:e,path:n}=$.value,[s="",a=""]=n;R(`${s} / ${a}`);let r=M.value.map.get(De(e,s,a)),i=ka(r),o=C(A(e,"events",s,a),[],i);return qe([{keys:"Esc\
ape",does:"Back",group:"Everywhere",run:()=>history.length>1?history.back():q(w({ns:e,page:"problems"}))}]),o.error?.status===404?t(wa,{ns:e,entity:s,check:a}):
o.data?t($a,{event:o.data,row:r??xa(e,o.data),ns:e,stale:o.error,version:i}):t("div",{class:"page",children:[t("h1",{class:"hidden",children:t(d,{text:`${s} / ${a}`})}),
o.error?t(V,{error:o.error,what:"event",again:o.again,ns:e}):t(Y,{})]})}var ya=30,ka=e=>[e?.executed,e?.status,e?.flags,e?.told,e?.occurrences,Math.floor(x.value/
ya)].join();function wa({ns:e,entity:n,check:s}){return t("div",{class:"page",children:[t("h1",{children:t(d,{text:`${n} / ${s}`})}),t("p",{children:"This event\
 is gone: it was deleted or has expired, or was never there."}),t("p",{children:[t("a",{href:te(e,n),children:["The machine ",t(d,{text:n})]})," · ",t("a",{href:w(
{ns:e,page:"problems"}),children:"Problems"})]})]})}function xa(e,n){let s=n.check,a=n.entity.metadata.name,r=(s.is_silenced?we.silenced:0)|(s.command?we.runnable:
0);return{key:De(e,a,s.metadata.name),ns:e,entity:a,check:s.metadata.name,status:s.status,flags:r,occurrences:s.occurrences,executed:s.executed,since:Kn(s),told:"",
output:s.output,hay:""}}function Kn(e){let n=e.executed;for(let s of[...e.history??[]].reverse()){if(s.status!==e.status)break;n=s.executed}return e.status&&e.last_ok?
Math.min(n,e.last_ok):n}function $a({event:e,row:n,ns:s,stale:a,version:r}){let i=e.check;if(!i)return t("div",{class:"page",children:[t("h1",{children:t(d,{text:n.
entity})}),t("p",{children:"This event has metrics and no check."})]});let o=(n.flags&we.silenced)!==0,c=i.output_metric_format==="nagios_perfdata"||/\|/.test(i.
output),l=(i.handlers?.length??0)+(i.pipelines?.length??0)+(e.pipelines?.length??0),u=!!i.output_metric_format||!!e.metrics||(n.flags&we.metrics)!==0;return t("\
div",{class:`page event edge-${T(i.status)}`,children:[t(Ca,{event:e,row:n,ns:s,silenced:o}),a&&t("p",{class:"notice bad",role:"alert",children:a.message}),t("d\
iv",{class:"columns",children:[t("div",{children:[t(St,{text:i.output,perf:c}),t(S,{title:"History",children:t(Ln,{list:i.history??[]})}),t(On,{ns:s,entity:n.entity,
check:n.check,version:r}),u&&t(En,{path:j(s,"events",n.entity,n.check,"metrics"),perf:et(i.output).perf,page:"event"}),(i.hooks??[]).map(m=>t(St,{title:`Hook ${m.
metadata.name}, status ${m.status}`,text:m.output??"",perf:!1}))]}),t("div",{children:[t(Gn,{ns:s,entity:n.entity,check:n.check,handlers:l,status:i.status,occurrences:i.
occurrences,silenced:o,version:r}),t(Sa,{event:e,ns:s,entity:n.entity,silenced:o}),t(Pa,{event:e,ns:s}),t(Ma,{event:e,ns:s})]})]})]})}function Ca({event:e,row:n,
ns:s,silenced:a}){let r=e.check,i=n.since||Kn(r),o=it.value,c=Un(r)&&r.interval?r.executed+r.interval-x.value:0;return t("header",{class:"event-head",children:[
t("a",{class:"back",href:w({ns:s,page:r.status?"problems":"events"}),children:[t(b,{name:"back"}),r.status?"Problems":"Events"]}),t("div",{class:"title",children:[
t(Ee,{status:r.status,badge:!0}),a&&t("span",{class:"status badge s-silenced is-silenced",children:[t(b,{name:"silenced"}),"Silenced"]}),t("h1",{children:[t("a",
{href:te(s,n.entity),children:t(d,{text:n.entity})})," ",t("span",{class:"slash",children:"/"})," ",t(d,{text:n.check})]})]}),t("p",{class:"facts-line",children:[
t("b",{children:[r.status?"Failing":"OK"," for ",P(o-i)]})," · ",r.occurrences===1?"one result":`${r.occurrences} results in a row`," · last ",ze(r.executed,o),
c>0&&t(f,{children:[" · next in about ",P(c)]}),r.state==="flapping"&&" · flapping"]}),t("div",{class:"acts",children:t(sn,{list:[{...n,flags:a?n.flags|we.silenced:
n.flags}],after:()=>q(w({ns:s,page:"problems"}))})})]})}var Un=e=>!!e.command&&(!!e.cron||!!e.interval)&&e.publish!==!1;function Sa({event:e,ns:n,entity:s,silenced:a}){
let r=e.check,i=_(n,"list","silenced"),o=C(a&&i?A(n,"silenced"):"",["silenced"]).data,c=a?o?Yt(e,o,it.value):i?[]:r.silenced??[]:[],l=[r.metadata.annotations,e.
entity.metadata.annotations].flatMap(u=>(u?.["picket.io/depends-on"]??"").split(",").map(m=>m.trim()).filter(Boolean));return!c.length&&!l.length?null:t(S,{title:"\
Kept quiet by",children:t(L,{list:[["Silences",c.length>0&&t("ul",{class:"plain",children:c.map(u=>t("li",{children:t("a",{href:w({ns:n,page:"silences",query:{q:u}}),
children:t(d,{text:u})})}))})],["Depends on",l.length>0&&t("ul",{class:"plain",children:l.map(u=>t(Ea,{ns:n,name:u,entity:s}))})]]})})}function Ea({ns:e,name:n,
entity:s}){let[a,r]=n.includes("/")?[n.slice(0,n.indexOf("/")),n.slice(n.indexOf("/")+1)]:[s,n],i=M.value.map.get(De(e,a,r));return t("li",{children:[t("a",{href:$e(
e,a,r),children:t(d,{text:`${a} / ${r}`})})," ",i?t(Ee,{status:i.status}):t("span",{class:"muted",children:"no result"})]})}var Et=(e,n)=>Object.keys(e??{}).length?
t(J,{of:e,to:n}):"",Jn=e=>ae.value?.guest?void 0:Nt(e);function Pa({event:e,ns:n}){let s=e.check,a=s.metadata.name;return t(S,{title:"Check",side:_(n,"get","che\
cks")&&s.command&&t("a",{href:w({ns:n,page:"checks",path:[a]}),children:"Definition"}),children:t(L,{list:[["Command",s.command&&t("code",{class:"command",children:t(
d,{text:s.command})})],["Runs",s.command?Un(s)?s.cron?t(f,{children:["by ",t("code",{children:s.cron})]}):He(s.interval):"by hand only":"its results come by the\
mselves"],["Took",s.duration?`${s.duration.toFixed(2)} s`:""],["Timeout",s.timeout?P(s.timeout):""],["Expected within",s.ttl&&s.ttl>0?`${P(s.ttl)} (ttl)`:""],["\
Subscriptions",s.subscriptions?.join(", ")],["Handlers",s.handlers?.join(", ")],["Labels",Et(s.metadata.labels,Jn(n))],["Annotations",Et(s.metadata.annotations)]]})})}
function Ma({event:e,ns:n}){let s=e.entity,a=s.system??{},r=s.metadata.name,i=[...M.value.map.values()].filter(o=>o.ns===n&&o.entity===r&&o.status&&o.check!==e.
check?.metadata.name).length;return t(S,{title:"Machine",side:t("a",{href:te(n,r),children:i?E(i,"other problem"):"All of it"}),children:t(L,{list:[["System",[a.
os,a.platform,a.platform_version].filter(Boolean).join(" ")],["Kind",s.entity_class],["Seen",s.last_seen?t(pe,{t:s.last_seen}):""],["Agent",s.sensu_agent_version],
["Subscriptions",s.subscriptions?.join(", ")],["Labels",Et(s.metadata.labels,Jn(n))]]})})}var tt=1e3,Qn=10;function Ta(e,n,s){let a=(l,u,m)=>`${l}/${u}/${m}`,r=new Map,i=(l,u,m,y)=>({at:u,namespace:l.namespace,entity:l.entity,check:l.check,from:m,to:y,
told:Ue(l.decisions),incident:l});for(let l of n){let u=a(l.namespace,l.entity,l.check),m=r.get(u);m?m.push(l):r.set(u,[l])}let o=e.changes.map(l=>({...l,incident:r.
get(a(l.namespace,l.entity,l.check))?.find(u=>u.begin<=l.at&&(!u.end||l.at<=u.end))})),c=n.flatMap(l=>[i(l,l.begin,0,l.worst),...l.end?[i(l,l.end,l.status,0)]:[]]).
filter(l=>l.at<e.since_start&&l.at>=s);return[...o,...c].sort((l,u)=>u.at-l.at)}function _a(){R("Journal");let{ns:e,query:{q:n="",hours:s=""}}=$.value,a=s?Math.
floor(x.value/60)*60-Number(s)*3600:0,r=C(`/api/picket/v1/changes?${new URLSearchParams({...e?{namespace:e}:{},...a?{since:String(a)}:{},limit:String(tt)})}`,[],
String(Math.floor(x.value/Qn))),i=C(`${e?j(e,"incidents"):"/api/picket/v1/incidents"}?${new URLSearchParams({...a?{since:String(a)}:{},limit:String(tt)})}`,[],String(
Math.floor(x.value/Qn))),o=G(()=>r.data?Ta(r.data,i.data??[],a):[],[r.data,i.data,a]),c=(l,u)=>t(he,{name:u,on:s===l,run:()=>B({hours:l},!1)});return t("div",{class:"\
list-page scrolls",children:[t("header",{class:"headline",children:[t("h1",{children:"Journal"}),t("p",{class:"muted",children:["What changed, and who heard of \
it",r.data&&!i.data?.length&&t(f,{children:[". It begins with the start of the backend, ",t("time",{title:z(r.data.since_start,g.value),children:de(r.data.since_start,
x.value,g.value)})]}),"."]})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"Since",children:[c("","All"),c("1","1 h"),c(
"12","12 h"),c("24","24 h")]}),t("div",{class:"tools",children:t(Q,{label:"Filter changes",help:"Filter: machine or check",fields:!1})})]}),r.error?.status===404?
t(D,{icon:"journal",title:"No journal",children:"This picket keeps none."}):t(Z,{of:r,what:"changes",ns:e,children:l=>{let u=n.toLowerCase().split(/\s+/).filter(
Boolean),m=o.filter(y=>u.every(h=>`${y.entity} ${y.check}`.toLowerCase().includes(h)));return m.length?t(Ra,{list:m,all:o}):t(D,{icon:"journal",title:"Nothing c\
hanged",children:["Since the backend began, ",P(x.value-l.since_start)," ago",n&&", of what the filter names","."]})}})]})}var Na=e=>`${Ae(e.at,g.value)} ${O(e.
at,g.value).slice(0,2)}:00`;function Ra({list:e,all:n}){let s=[];for(let r of e){let i=Na(r);s.at(-1)?.name===i?s.at(-1).changes.push(r):s.push({name:i,changes:[
r]})}let a=Ae(x.value,g.value);return t("div",{class:"journal",children:[s.map(r=>t("section",{children:[t("h2",{children:[r.name.replace(`${a} `,"today "),"–",
String((Number(r.name.slice(11,13))+1)%24).padStart(2,"0"),":00 ",t("span",{class:"muted",children:[E(r.changes.length,"change"),", ",r.changes.filter(i=>i.told===
"told").length," told"]})]}),t("ul",{children:r.changes.map(i=>t(Ba,{c:i,before:Aa(i,n)}))})]},r.name)),n.length>=tt&&t("p",{class:"muted small",children:["The \
newest ",tt," are shown."]})]})}function Aa(e,n){let s=n.find(a=>a.at<e.at&&a.entity===e.entity&&a.check===e.check&&a.namespace===e.namespace);return s?e.at-s.at:
0}var Yn=({s:e})=>t("span",{class:`s-${T(e)}`,children:t(b,{name:ne[xe(e)],title:U(e)})});function Ba({c:e,before:n}){return t("li",{children:[t("time",{title:z(
e.at,g.value),children:O(e.at,g.value)}),t("span",{class:"turn",children:[t(Yn,{s:e.from}),t("span",{"aria-hidden":"true",children:"→"}),t("span",{class:"hidd\
en",children:" to "}),t(Yn,{s:e.to})]}),t("a",{class:"name",href:$e(e.namespace,e.entity,e.check),children:[t("b",{children:t(d,{text:e.entity})}),t("span",{class:"\
slash",children:" / "}),t(d,{text:e.check})]}),t("span",{class:"muted after",children:n>0&&`after ${P(n)}`}),e.incident?t("details",{children:[t("summary",{children:t(
Be,{told:e.told})}),t($t,{i:e.incident})]}):t(Be,{told:e.told})]})}var Ia=3600,nt=(e,n)=>e.begin>n?"later":e.expire_at>0&&e.expire_at-n<=Ia?"ending":"active";function Vn(e){return`${e.subscription?.startsWith("entity:")?e.subscription.
slice(7):e.subscription&&e.subscription!=="*"?`subscription ${e.subscription}`:"every machine"} / ${e.check&&e.check!=="*"?e.check:"every check"}`}function Oa(e){
let n=e.subscription?.startsWith("entity:")?e.subscription.slice(7):"";if(e.subscription&&e.subscription!=="*"&&!n)return null;let s=0;for(let a of M.value.map.
values())a.ns===e.metadata.namespace&&(!n||a.entity===n)&&(!e.check||e.check==="*"||a.check===e.check)&&ee(a)&&s++;return s}function La(){R("Silences");let e=$.
value.ns||(I.value.length===1?I.value[0]:""),{q:n="",only:s=""}=$.value.query,a=C(e?A(e,"silenced"):"",["silenced"]),r=_(e,"create","silenced");qe(r?[{keys:"n",
does:"New silence",group:"Silences",run:()=>ie({ns:e})}]:[]);let i=x.value,o=G(()=>[...a.data??[]].sort((m,y)=>(m.expire_at>0?m.expire_at:1e12)-(y.expire_at>0?y.
expire_at:1e12)),[a.data]);if(!e)return t(ge,{what:"Silences",page:"silences"});let c=o.filter(m=>(!s||(s==="active"?nt(m,i)!=="later":nt(m,i)===s))&&`${m.metadata.
name} ${m.reason??""} ${m.creator??""}`.toLowerCase().includes(n.toLowerCase())),l=m=>o.filter(y=>nt(y,i)===m).length,u=(m,y,h)=>t(he,{name:y,n:h,on:s===m,run:()=>B(
{only:s===m?"":m},!1)});return t("div",{class:"list-page",children:[t("header",{class:"headline with-act",children:[t("div",{children:[t("h1",{children:"Silence\
s"}),t("p",{class:"muted",children:"What nobody is told about, until when, and who wanted it so."})]}),r&&t(v,{kind:"main",icon:"plus",shortcut:"n",onClick:()=>ie(
{ns:e}),children:"New silence"})]}),t("div",{class:"toolbar",children:[t("div",{class:"chips",role:"group","aria-label":"State",children:[u("active","Active",l(
"active")+l("ending")),u("later","Begins later",l("later")),u("ending","Ends within 1 h",l("ending"))]}),t("div",{class:"tools",children:t(Q,{label:"Filter sile\
nces",help:"Filter: machine, check, reason, person",fields:!1})})]}),t(Z,{of:a,what:"silences",ns:e,children:()=>c.length?t("ul",{class:"silences",children:c.map(
m=>t(Wa,{s:m,ns:e,t:i},m.metadata.name))}):o.length?t(D,{icon:"search",title:"Nothing matches",children:t(v,{onClick:()=>B({q:"",only:""},!1),children:"Clear th\
e filter"})}):t(D,{icon:"bell",title:"Nothing is silenced",children:"Every alert reaches whom its handlers name."})})]})}function Da({s:e,t:n}){if(e.windows?.length)
return t(f,{children:e.windows.map(r=>`${(r.repeat??[]).join(", ")||"once"} ${r.begin.slice(11,16)}–${r.end.slice(11,16)} ${r.begin.slice(19)}`).join("; ")});
let s=e.begin>n?t(f,{children:[t("time",{title:z(e.begin,g.value),children:["from ",de(e.begin,n,g.value)]})," "]}):null,a=e.expire_on_resolve?" or when it reso\
lves":"";return e.expire_at<=0?t(f,{children:[s,t("b",{class:"for-ever",children:e.expire_on_resolve?"until it resolves":"for ever"})]}):t(f,{children:[s,t("tim\
e",{title:z(e.expire_at,g.value),children:["until ",de(e.expire_at,n,g.value)," (in ",P(e.expire_at-n),")"]}),a]})}function Wa({s:e,ns:n,t:s}){let a=nt(e,s)==="\
later",r=Oa(e),i=e.subscription?.startsWith("entity:")?e.subscription.slice(7):"",o=[i&&`entity:${i}`,e.check&&e.check!=="*"&&`check:${e.check}`,"silenced:yes"].
filter(Boolean).join(" "),c=()=>Je({title:"End this silence?",act:"End it now",run:()=>{en(e).then(()=>{We("silenced"),N("The silence has ended")},l=>N(l.message,
!0))},text:t("p",{children:["What is failing under ",t("b",{children:t(d,{text:Vn(e)})})," is told again",r?`: ${E(r,"event")}`:"","."]})});return t("li",{class:`\
silence${a?" later":""}`,children:[t(b,{name:a?"waiting":"silenced",title:a?"Begins later":"Active",size:20}),t("div",{class:"who",children:[t("b",{children:t(d,
{text:Vn(e)})}),t("span",{class:"ends",children:t(Da,{s:e,t:s})})]}),t("div",{class:"reason",children:[e.reason?t("span",{children:["“",t(Gt,{text:e.reason}),
"”"]}):t("span",{class:"muted",children:"no reason given"}),t("span",{class:"muted small",children:[e.creator?t(f,{children:["by ",t(d,{text:e.creator})]}):"b\
y nobody known",r!==null&&!a&&t(f,{children:[" · ",r?t("a",{href:w({ns:n,page:"events",query:{q:o}}),children:["silences ",E(r,"event")]}):"silences nothing no\
w"]})]})]}),t("div",{class:"acts",children:[_(n,"update","silenced")&&t(v,{onClick:()=>ie({ns:n,before:e}),children:e.expire_at>0&&!a?"Extend":"Change"}),_(n,"d\
elete","silenced")&&t(v,{onClick:c,children:"End now"})]})]})}var qa=1e4,ja=40;function Fa(){X(()=>{let e,n=!1,s=()=>{navigator.wakeLock?.request("screen").then(r=>{n?r.release():e=r},()=>{})},a=()=>{document.hidden||s()};
return s(),document.addEventListener("visibilitychange",a),()=>{n=!0,document.removeEventListener("visibilitychange",a),e?.release()}},[])}function Ha(e){let[n,
s]=k(8),[a,r]=k(0);X(()=>{let o=()=>{let l=document.querySelector(".wall-rows"),u=Number.parseFloat(getComputedStyle(document.documentElement).fontSize)*4;l&&s(
Math.max(1,Math.floor(l.clientHeight/Math.max(u,za()))))};o(),addEventListener("resize",o);let c=setInterval(()=>r(l=>l+1),qa);return()=>{removeEventListener("r\
esize",o),clearInterval(c)}},[]);let i=Math.max(1,Math.ceil(e/n));return{fit:n,page:a%i,pages:i}}var za=()=>document.querySelector(".wall-rows li")?.offsetHeight??
0;function Ga(){R("Wall"),Fa();let e=Jt($.value.query.q??""),n=x.value,s=[...M.value.map.values()].filter(h=>Qt(e,h,n)),a=re(s.filter(h=>h.status&&!ee(h)),"seve\
rity",!1),r=e.terms.length?Ne(s):Ot.value,{fit:i,page:o,pages:c}=Ha(a.length),l=r.reduce((h,F,H)=>h+(H&&F[1]),0),u=r[0][0],m=Math.floor(n-Le.value/1e3),y=Le.value>
0&&m>ja&&Ce.value!=="live";return t("div",{class:`wall${y?" stale":""} ${a.length?`worst-${T(a[0].status)}`:"well"}`,children:[t("header",{children:[t("h1",{class:"\
hidden",children:"Wall"}),[2,1,3].map(h=>t("span",{class:`count s-${T(h)}${rt(r,h)?"":" zero"}`,children:[t(b,{name:ne[h],title:U(h)}),W(rt(r,h))]})),t("span",{
class:`count s-silenced${l?"":" zero"}`,children:[t(b,{name:"silenced",title:"Silenced"}),W(l)]}),t("span",{class:"count s-ok",children:[t(b,{name:"ok",title:"O\
K"}),W(u)," OK"]}),t("time",{class:`clock is-${Ce.value}`,children:[O(n,g.value,!0),t("span",{class:"dot",title:Ce.value})]})]}),y&&t("p",{class:"stale-text",role:"\
alert",children:["No answer for ",P(m),": this is how it was at ",O(Le.value/1e3,g.value,!0)]}),t("ul",{class:"wall-rows",children:[a.slice(o*i,o*i+i).map(h=>t(
"li",{class:`edge-${T(h.status)}`,children:[t("span",{class:`s-${T(h.status)}`,children:t(b,{name:ne[Math.min(3,h.status)],title:U(h.status)})}),t("b",{children:t(
d,{text:`${h.entity} / ${h.check}`})}),t("span",{class:"output",children:t(d,{text:ln(h.output)})}),t("span",{class:"for",children:qt(n-h.since)}),t("span",{class:`\
told t-${lt(h.told).tone}`,children:lt(h.told).word})]},h.key)),!a.length&&M.value.loaded!=="no"&&t("li",{class:"all-well",children:[t(b,{name:"ok"}),"All is we\
ll"]})]}),c>1&&t("footer",{children:["page ",o+1," of ",c]})]})}function Zn(e,n){let s=e.toLowerCase().replace(/\s+/g,""),a=n.toLowerCase(),r=0,i=-1;for(let o of s){let c=a.indexOf(o,i+1);if(c<0)return 0;r+=c===i+1?5:/[\s/_.:-]/.
test(a.charAt(c-1))||c===0?4:1,i=c}return r+(a.startsWith(s)?20:0)+(a===s?20:0)-a.length/100}var Xn=12,Ka=2e4;function Ua(){return _t.map(e=>({name:e[0].toUpperCase()+e.slice(1),kind:"page",icon:e,run:()=>q(w({ns:$.value.ns,page:e})),weight:2}))}function Ja(){
return[...I.value.length>1?[{name:"all namespaces",kind:"namespace",icon:"more",run:()=>q(w({ns:"",page:"problems"})),weight:1}]:[],...I.value.map(n=>({name:n,kind:"\
namespace",icon:"more",run:()=>q(w({ns:n,page:"problems"})),weight:1}))]}function Qa(){let e=on();return e.length?nn(e).filter(n=>!n.why).map(n=>({name:`${n.name}\
 ${e.length} selected`,kind:"action",icon:n.icon,run:n.run,weight:4})):[]}function Ya(){let e=new Map,n=[];for(let s of M.value.map.values()){if(n.length>=Ka)break;
n.push({name:`${s.entity} / ${s.check}`,kind:"event",icon:ne[xe(s.status)],tone:`s-${T(s.status)}`,run:()=>q($e(s.ns,s.entity,s.check)),weight:s.status&&!ee(s)?
1:0});let a=`${s.ns}/${s.entity}`;e.has(a)||e.set(a,{name:s.entity,kind:"machine",icon:"entities",run:()=>q(te(s.ns,s.entity)),weight:1})}return[...e.values(),...n]}
function Va(e,n){if(!n)return e.filter(a=>a.kind!=="event"||a.weight).sort((a,r)=>r.weight-a.weight).slice(0,Xn);let s=[];for(let a of e){let r=Zn(n,a.name);r>0&&
s.push([r+a.weight*2,a])}return s.sort((a,r)=>r[0]-a[0]).slice(0,Xn).map(([,a])=>a)}function Za(){let[e,n]=k(""),[s,a]=k(0),r=G(()=>[...Qa(),...Ua(),...Ja(),...Ya()],
[]),i=Va(r,e.trim()),o=()=>{Dt.value=!1},c=u=>{u&&(o(),setTimeout(u.run))},l=u=>{let m=u.key==="ArrowDown"?1:u.key==="ArrowUp"?-1:0;m&&(u.preventDefault(),a((s+
m+i.length)%Math.max(1,i.length))),u.key==="Enter"&&(u.preventDefault(),c(i[s]))};return t(K,{title:"Go to",onClose:o,children:t("div",{class:"palette",children:[
t("input",{"data-first":!0,role:"combobox","aria-expanded":"true","aria-controls":"palette-list","aria-activedescendant":i.length?`palette-${s}`:void 0,"aria-la\
bel":"Go to",placeholder:"Machine, check, page, namespace",value:e,spellcheck:!1,autocomplete:"off",onInput:u=>{n(u.currentTarget.value),a(0)},onKeyDown:l}),t("\
ul",{id:"palette-list",role:"listbox","aria-label":"Found",children:i.map((u,m)=>t("li",{id:`palette-${m}`,role:"option","aria-selected":m===s,onPointerMove:()=>a(
m),onClick:()=>c(u),children:[t("span",{class:u.tone??"muted",children:t(b,{name:u.icon})}),t("span",{class:"what",children:t(d,{text:u.name})}),t("span",{class:"\
muted small",children:u.kind})]}))}),!i.length&&t("p",{class:"muted",role:"status",children:"Nothing of that name."})]})})}var es=()=>{Fe.value=""};function st({of:e,title:n,values:s}){return t("fieldset",{children:[t("legend",{children:n}),t("div",{class:"choices",children:s.map(([
a,r])=>t("label",{class:"radio",children:[t("input",{type:"radio",name:e,checked:Rt.value[e]===a,onChange:()=>At({[e]:a})}),r]}))})]})}function Xa(){return t(K,
{title:"Preferences",onClose:es,children:[t(st,{of:"theme",title:"Theme",values:[["auto","as the system"],["light","light"],["dark","dark"]]}),t(st,{of:"density",
title:"Rows",values:[["normal","normal"],["dense","dense"]]}),t(st,{of:"zone",title:"Times",values:[["local",`local (${Ge(Date.now()/1e3,"local")})`],["utc","UT\
C"]]}),t(st,{of:"keys",title:"Single-key shortcuts",values:[[!0,"on"],[!1,"off"]]}),t("p",{class:"muted small",children:"They are kept in this browser."})]})}var er={
ArrowDown:"↓",ArrowUp:"↑",Escape:"Esc"},tr=e=>e.split(" or ").map(n=>n.split(" ").map(s=>t("kbd",{children:s.replace(/ArrowDown|ArrowUp|Escape/g,a=>er[a])}))).
flatMap((n,s)=>s?[" or ",...n]:n);function nr(){let e=new Map;for(let n of Lt()){let s=e.get(n.group)??[];s.some(a=>a.keys===n.keys)||e.set(n.group,[...s,n])}return t(
K,{title:"Keys",wide:!0,onClose:es,children:[t("div",{class:"keys",children:[...e].map(([n,s])=>t("section",{children:[t("h3",{children:n}),t("dl",{children:s.map(
a=>t(f,{children:[t("dt",{children:tr(a.keys)}),t("dd",{children:a.does})]}))})]}))}),t("p",{class:"muted small",children:"Single keys can be turned off in the \
preferences."})]})}function sr(){return Fe.value==="preferences"?t(Xa,{}):Fe.value==="keys"?t(nr,{}):null}var ts=[["15m","15 m"],["1h","1 h"],["4h","4 h"],["1d","1 d"],["until 08:00","until 08:00"]];function ar(e){let n=e.before,s=n?.subscription??e.subscription??"",
a=s.startsWith("entity:"),i={what:e.events?"events":a?"machine":(n?.check??e.check)&&!s?"check":"subscription",subscription:a?s.slice(7):s,check:n?.check??e.check??
"",later:!1,begin:at(x.value+3600),end:"1h",onResolve:!0,forever:!1,reason:""};if(!n)return i;let o=n.begin>x.value,c=n.expire_at>x.value?`until ${at(n.expire_at)}`:
"1h";return{...i,later:o,begin:o?at(n.begin):i.begin,end:c,onResolve:n.expire_on_resolve,forever:n.expire_at<=0&&n.expire<=0,reason:n.reason??""}}var at=e=>`${Ae(
e,g.value)} ${O(e,g.value)}`;function rr(e,n){let s=n&&n.begin>0&&n.begin<=x.value?n.begin:x.value,a=e.later?ot(e.begin,x.value,g.value)??0:s,r=e.forever?0:ot(e.
end,Math.max(a,x.value),g.value)??0,i=e.what==="machine"?e.subscription&&`entity:${e.subscription}`:e.what==="subscription"?e.subscription:"",o=e.what==="events"?
"":e.check,c=e.later&&!a?`"${e.begin}" is no moment to come: write 2026-12-31 22:00, 22:00 or 2h`:!e.forever&&!r?`"${e.end}" is no end: write 90m, 2h30m, until \
08:00 or 2026-12-31 08:00`:e.what==="machine"&&!e.subscription?"Name the machine":e.what==="check"&&!e.check?"Name the check":e.what==="subscription"&&!i&&!o?"N\
ame a subscription or a check":e.forever&&!e.reason.trim()?"A silence without an end needs a reason":"";return{subscription:i,check:o,begin:a,end:r,expire:e.forever?
-1:r-a,problem:c}}function ir(e,n,s){let[a,r]=k(null),i=n.what==="events"||!s.subscription&&!s.check?"":JSON.stringify({metadata:{name:Vt(s.subscription,s.check),
namespace:e.ns},subscription:s.subscription||void 0,check:s.check||void 0,expire:-1});if(X(()=>{if(r(null),!i)return;let c=new AbortController,l=setTimeout(()=>ke(
"POST",j(e.ns,"silenced","preview"),JSON.parse(i),c.signal).then(r,u=>{c.signal.aborted||r(u)}),250);return()=>{clearTimeout(l),c.abort()}},[i]),n.what!=="event\
s")return a;let o=e.events;return{matches:o.length,problems:o.filter(c=>(M.value.map.get(c.key)?.status??0)>0).length,events:o.map(c=>[c.entity,c.check])}}function or({
preview:e}){let[n,s]=k(!1);if(e instanceof Error)return t("p",{class:"hits bad",children:["What it would silence is not known: ",e.message]});if(!e)return t("p",
{class:"hits muted",children:"…"});let{matches:a,problems:r,events:i}=e;return t("div",{class:"hits",role:"status",children:[t("p",{children:[t("b",{children:a?
`Silences ${E(a,"event")}`:"Silences nothing that is there now"}),a>0&&`, ${r?`${r} of them failing`:"none of them failing"}`,i.length>0&&t(v,{kind:"quiet","ari\
a-expanded":n,onClick:()=>s(!n),children:n?"Hide":"Show"})]}),n&&t("ul",{children:[i.slice(0,100).map(([o,c])=>t("li",{children:t(d,{text:`${o} / ${c}`})})),a>100&&
t("li",{children:["and ",a-100," more"]})]})]})}function lr({task:e}){let[n,s]=k(()=>ar(e)),[a,r]=k(""),[i,o]=k(!1),c=rr(n,e.before),l=ir(e,n,c),u=h=>s({...n,...h}),
m=()=>{je.value=null},y=async h=>{if(h.preventDefault(),c.problem||i)return;let F={begin:n.later||e.before?c.begin:0,expire:c.expire,onResolve:n.onResolve,reason:n.
reason.trim()};o(!0);try{if(n.what==="events")return m(),await Xt(e.events,F,x.value);await Zt(e.ns,c.subscription,c.check,F,e.before),We("silenced"),N(e.before?
"The silence is changed":"Silenced"),m()}catch(H){r(H.message)}finally{o(!1)}};return t(K,{title:e.before?"Change the silence":"Silence",onClose:m,children:t("f\
orm",{class:"silence-form",onSubmit:h=>{y(h)},children:[t(cr,{task:e,d:n,change:u}),t(ur,{d:n,w:c,change:u}),t("label",{class:"field",children:[t("span",{children:"\
Reason"}),t("input",{"data-first":!0,value:n.reason,maxLength:500,placeholder:"What others should know, a ticket for example",onInput:h=>u({reason:h.currentTarget.
value})})]}),t(or,{preview:l}),a&&t("p",{class:"bad",role:"alert",children:a}),t("footer",{children:[t(v,{onClick:m,children:"Cancel"}),t(v,{type:"submit",kind:"\
main",icon:"silenced",why:c.problem,children:e.before?"Save":"Silence"})]})]})})}function cr({task:e,d:n,change:s}){let a=[...e.events?[["events",e.events.length===
1?"this event":`these ${e.events.length} events`]]:[],["machine","a machine"],["check","a check"],["subscription","a subscription"]],r=e.events?.[0],i=o=>s({what:o,
...o==="machine"&&r?{subscription:r.entity,check:""}:o==="check"&&r?{check:r.check,subscription:""}:{}});return t("fieldset",{children:[t("legend",{children:"Wh\
at"}),e.before?t("p",{class:"mono",children:t(d,{text:e.before.metadata.name})}):t(f,{children:[t("div",{class:"choices",children:a.map(([o,c])=>t("label",{class:"\
radio",children:[t("input",{type:"radio",name:"what",checked:n.what===o,onChange:()=>i(o)}),c]}))}),n.what==="events"&&t("p",{class:"muted small",children:[e.events.
slice(0,4).map(o=>`${o.entity} / ${o.check}`).join(", "),e.events.length>4&&` and ${e.events.length-4} more`]}),n.what!=="events"&&t("div",{class:"pair",children:[
n.what!=="check"&&t("label",{class:"field",children:[t("span",{children:n.what==="machine"?"Machine":"Subscription"}),t("input",{value:n.subscription,spellcheck:!1,
autocomplete:"off",onInput:o=>s({subscription:o.currentTarget.value})})]}),t("label",{class:"field",children:[t("span",{children:n.what==="check"?"Check, on eve\
ry machine":"Check (empty: all)"}),t("input",{value:n.check,spellcheck:!1,autocomplete:"off",onInput:o=>s({check:o.currentTarget.value})})]})]})]})]})}function ur({
d:e,w:n,change:s}){let a=ts.some(([i])=>i===e.end),r=e.forever?"It never ends by itself.":n.end?`Ends ${at(n.end)} ${Ge(n.end,g.value)}, in ${P(n.end-x.value)}.`:
"";return t("fieldset",{children:[t("legend",{children:"When"}),t("div",{class:"choices",children:[t("label",{class:"radio",children:[t("input",{type:"radio",name:"\
begin",checked:!e.later,onChange:()=>s({later:!1})}),"begins now"]}),t("label",{class:"radio",children:[t("input",{type:"radio",name:"begin",checked:e.later,onChange:()=>s(
{later:!0})}),"begins at"]}),e.later&&t("input",{class:"short","aria-label":"Begin",value:e.begin,onInput:i=>s({begin:i.currentTarget.value})})]}),t("div",{class:"\
choices",role:"group","aria-label":"End",children:[ts.map(([i,o])=>t("button",{type:"button",class:"chip","aria-pressed":!e.forever&&e.end===i,onClick:()=>s({end:i,
forever:!1}),children:o})),t("input",{class:"short","aria-label":"Another end: 90m, 2h30m, until 08:00",placeholder:"90m, until 08:00",value:a?"":e.end,onInput:i=>s(
{end:i.currentTarget.value,forever:!1})}),t("button",{type:"button",class:"chip","aria-pressed":e.forever,onClick:()=>s({forever:!0,end:jt(e.end)?e.end:"1h"}),children:"\
for ever…"})]}),t("label",{class:"check",children:[t("input",{type:"checkbox",checked:e.onResolve,onChange:i=>s({onResolve:i.currentTarget.checked})}),"or as \
soon as it resolves"]}),t("p",{class:n.problem?"bad small":"muted small",role:"status",title:n.end?z(n.end,g.value):void 0,children:n.problem||r})]})}var mr=()=>je.
value?t(lr,{task:je.value}):null;export{as as Backend,ea as CheckPage,Ys as Checks,Fs as Config,Rs as Entities,Os as EntityPage,va as EventPage,_a as Journal,Za as PaletteBox,rs as PasswordDialog,
sr as SettingsDialogs,mr as SilenceForm,La as Silences,Ga as Wall};
